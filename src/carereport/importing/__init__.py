"""Published files become a project's comparators and statistical neighbours; nothing is downloaded."""
