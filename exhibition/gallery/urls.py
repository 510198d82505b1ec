"""The addresses of the gallery: what its screens show, and where the staff look after them."""

from django.urls import path

from exhibition.gallery import dashboard, displays, screens, terminal, wall

app_name = "gallery"

urlpatterns = [
    path("screen/", screens.screen, name="screen"),
    path("screen/link/<str:link>/", screens.link, name="screen-link"),
    path("terminal/visits/<str:visit>/wall/", displays.send_to_walls, name="terminal-wall"),
    path("displays/<str:display>/", displays.picture, name="display"),
    path("wall/", wall.wall, name="wall"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/machine/", dashboard.machine, name="dashboard-machine"),
    path("terminal/", terminal.terminal, name="terminal"),
    path("terminal/photo/", terminal.photo, name="terminal-photo"),
    path("terminal/visits/<str:visit>/question/", terminal.question, name="terminal-question"),
    path("staff/screens/", screens.staff, name="staff-screens"),
    path("staff/screens/approve/", screens.approve, name="staff-screens-approve"),
    path("staff/screens/<slug:slug>/revoke/", screens.revoke, name="staff-screens-revoke"),
]
