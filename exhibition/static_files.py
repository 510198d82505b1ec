"""Static files under hashed names, ES modules' imports included."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleManifestStorage(ManifestStaticFilesStorage):
    """Django's manifest storage with `import … from "./x.js"` rewritten to the hashed names as well."""

    support_js_module_import_aggregation = True
