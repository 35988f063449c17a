"""Questions to a project that change nothing: an indicator taken apart, what can be fed, what words and codes mean."""
