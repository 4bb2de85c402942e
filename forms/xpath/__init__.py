"""ODK XPath: parsed once, compiled to closures, with what each expression reads."""
