"""What has to be done before the doors open, each step skipped where it has been done."""

import fcntl
import hashlib
import os
import resource
import secrets
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.staticfiles.finders import get_finders
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg_pool import PoolTimeout
from redis import RedisError

from classifier.store import connection as store_connection
from exhibition.access import LOOPBACK_HOSTS
from exhibition.gallery import pairing
from exhibition.gallery.models import Kind, Screen

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - addresses to be reached at, not bound to
CURATOR, CURATORS = "curator", "Curators"
DEMONSTRATION = (("entrance", "Entrance", Kind.TERMINAL), ("gallery", "Gallery", Kind.WALL))
MACHINE_CHECKS = "classifier."  # ids of checks whose failure leaves the house open and the machine out of order


def protect_memory() -> None:
    """Leave no core dumps, and no files that others may read: this process and all that it starts."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)


@contextmanager
def sole_use_of(state: Path) -> Iterator[None]:
    """Make the state directory, for this user alone, and hold it against a second exhibit.

    Raises:
        CommandError: another one is at work in it.
    """
    make_private(state)
    with (state / "exhibit.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(
                f"Another exhibit is running with {state}. "
                "A second one needs a PORT and a ROULETTE_STATE_DIR of its own."
            ) from error
        yield


def make_private(place: Path) -> None:
    """Make the directory `place`, or close an existing one to everybody else.

    Raises:
        CommandError: it belongs to somebody else, or is not a directory.
    """
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{place} cannot be made: {error.strerror}. Choose another ROULETTE_STATE_DIR.") from error
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise CommandError(f"{place} has to be a directory of this user's own.")
    place.chmod(0o700)


def demand_free_port(host: str, port: int) -> None:
    """Refuse to start where somebody listens already.

    Raises:
        CommandError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used: {error.strerror}. Choose another: PORT={port + 1} make exhibit"
            ) from error


def demand_store() -> None:
    """Refuse to start where the store that VALKEY_URL names does not answer. One of our own is started later.

    Raises:
        CommandError: no answer, or not one of a store that can be used.
    """
    if settings.VALKEY_EMBEDDED:
        return
    try:
        store_connection().ping()
    except (RedisError, OSError) as error:
        place = _without_password(settings.VALKEY_URL)
        raise CommandError(
            f"The store at VALKEY_URL={place} does not answer: {str(error).rstrip('.')}. "
            "Start it, or leave VALKEY_URL empty: then the exhibit starts one of its own."
        ) from error


def demand_database() -> None:
    """Refuse to start where the database does not answer.

    Raises:
        CommandError: why not, and where it was looked for.
    """
    try:
        connection.ensure_connection()
    except (DatabaseError, ImproperlyConfigured, PoolTimeout) as error:
        place = os.environ.get("DATABASE_URL") or f"sqlite:///{settings.DATABASES['default']['NAME']}"
        raise CommandError(
            f"The database at DATABASE_URL={_without_password(place)} cannot be opened: {str(error).rstrip('.')}. "
            "Start it, mend the address, or leave DATABASE_URL empty for a file in ROULETTE_STATE_DIR."
        ) from error


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    secret = f":{parts.password}@"
    return url.replace(secret, ":…@", 1) if parts.password else url


def what_is_wrong_with_the_machine() -> list[str]:
    """Run the system checks. A sentence for each error of the models' files, whose machine is then out of order.

    Raises:
        CommandError: an error in anything else.
    """
    errors = [found for found in checks.run_checks() if found.is_serious() and not found.is_silenced()]
    fatal = [str(error) for error in errors if not str(error.id).startswith(MACHINE_CHECKS)]
    if fatal:
        raise CommandError("The settings cannot be used:\n" + "\n".join(fatal))
    remedy = f"Put the published files back into {settings.MODELS_DIR} (git checkout models) and start again."
    return [f"{error.msg} ({error.id}) {remedy}" for error in errors]


def migrate() -> bool:
    """Bring the database up to date; False when it was."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def collect_static_files() -> bool:
    """Gather the static files under hashed names; False when none has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = _fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)
    return True


def _fingerprint_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@transaction.atomic
def make_curator() -> str | None:
    """On a first start, make the demonstration's curator; the password, which is kept nowhere. None afterwards."""
    users = get_user_model().objects
    if users.filter(is_staff=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    curator = users.create_user(CURATOR, password=password, is_staff=True)
    group, _ = Group.objects.get_or_create(name=CURATORS)
    # To look at everything; words are changed by deeds, which record actor and reason, and never by plain edits.
    group.permissions.set(
        Permission.objects.filter(content_type__app_label__in=["hierarchy", "curation"], codename__startswith="view_")
    )
    curator.groups.add(group)
    return password


def links_of_demonstration_screens() -> dict[str, str]:
    """A fresh one-time link for each screen of the demonstration, by kind and short name.

    They are made on a first start; where somebody keeps house and has removed them, they stay away.
    """
    if not Screen.objects.exists():
        Screen.objects.bulk_create(Screen(slug=slug, name=name, kind=kind) for slug, name, kind in DEMONSTRATION)
    screens = Screen.objects.filter(slug__in=[slug for slug, _, _ in DEMONSTRATION])
    return {f"{screen.kind} {screen.slug}": pairing.one_time_link(screen) for screen in screens}


def reachable() -> tuple[str, int]:
    """Host and port at which the web server answers on this computer."""
    return EVERYWHERE.get(settings.HOST, settings.HOST), settings.PORT


def site() -> str:
    """Scheme and host before every path: the site's own name where there is one, else this computer's."""
    if settings.ROULETTE_PUBLIC:
        return f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}"
    host, port = reachable()
    if settings.HOST in EVERYWHERE:
        names = (name for name in settings.ALLOWED_HOSTS if name not in LOOPBACK_HOSTS and name[0] not in ".*")
        host = next(names, host)
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}"


@contextmanager
def known_address() -> Iterator[None]:
    """Write down where the site is, for commands that are given beside it and do not know its PORT."""
    note = settings.ROULETTE_STATE_DIR / "address"
    note.write_text(site())
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def address_in_use() -> str:
    """Where the running exhibit of this state directory said that it is; else where one would be."""
    note = settings.ROULETTE_STATE_DIR / "address"
    return note.read_text() if note.exists() else site()


def store_socket() -> Path:
    """Where the embedded store listens; its directory is made, for this user alone."""
    path = Path(urlsplit(settings.VALKEY_URL).path)
    make_private(path.parent)
    path.unlink(missing_ok=True)
    return path
