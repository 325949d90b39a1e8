"""`python -m engine.train --out FOLDER`: train this project's model into FOLDER/model.tar.gz.

The same as `rasa train --force`: no cache of half-trained models is read or kept, as a model is named by a digest
of all its inputs. Rasa's telemetry and its cache are switched off before it is imported, as it reads them then.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tarfile

from engine import lean

_QUICK = 1  # of zlib's 9 levels: a model half as large again, 15 s sooner


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    os.environ |= {"RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0"}
    lean.leave_out_tensorflow_if_unused_in("config.yml")
    tarfile.TarFile.gzopen.__func__.__defaults__ = ("r", None, _QUICK)  # type: ignore[attr-defined]  # Rasa does not ask
    from rasa.model_training import train

    gc.disable()  # a million tokens, none of them garbage, looked through again and again: a tenth of the time
    trained = train(
        "domain.yml", "config.yml", "data", options.out, force_training=True, fixed_model_name="model"
    )
    sys.exit(trained.code)


if __name__ == "__main__":
    main()
