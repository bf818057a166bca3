"""Unpacks archives into plain trees for programs that cannot read them.

Only regular files are written, only below the target, whatever the archive
says. Links are not made and nested archives are left as they are. When a name
comes twice the last one stays, as with tar and unzip.
"""

import pathlib
import shutil
import tarfile
import zipfile


def _target(tree, name):
    """Where a member goes, or None for a name that would lead outside."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or ".." in parts or name.startswith("/") or "\0" in name:
        return None
    return tree.joinpath(*parts)


def _write(tree, name, stream):
    target = _target(tree, name)
    if target is None:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "wb") as out:
        shutil.copyfileobj(stream, out)


def _unpack_tar(archive, tree):
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isreg():
                _write(tree, member.name, tar.extractfile(member))


def _unpack_zip(archive, tree):
    with zipfile.ZipFile(archive) as zipped:
        for info in zipped.infolist():
            if not info.is_dir():
                with zipped.open(info) as stream:
                    _write(tree, info.filename, stream)


def unpack(archive, tree):
    """Unpacks one archive into the folder `tree`, which must not exist.

    It appears only when complete, so that an interrupted run is done again.
    """
    half = pathlib.Path(str(tree) + ".part")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    if zipfile.is_zipfile(archive) and not tarfile.is_tarfile(archive):
        _unpack_zip(archive, half)
    else:
        _unpack_tar(archive, half)
    half.rename(tree)
