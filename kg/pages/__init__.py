"""What the pages say: a view of each sort of thing, and the parts of HTML that the site and notebooks share."""
