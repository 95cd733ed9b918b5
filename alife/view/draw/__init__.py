"""Drawing: from scenes and numbers to pixels, in the colours of the theme."""
