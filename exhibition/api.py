"""Composes the API from the rooms' routers."""

urlpatterns: list[object] = []
