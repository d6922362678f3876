"""Talk beside the record: comments with mentions on any object. Refuses to know what the object is."""
