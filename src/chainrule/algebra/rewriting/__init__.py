"""Equal trees in other forms: rules, the normal form, the textbook's form."""
