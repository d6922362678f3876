"""What comments contribute: their API."""

from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, contribute

contribute(ApiRoute("comments", "comments", load=lambda: import_string("governance.comments.api.CommentApi"), order=70))
