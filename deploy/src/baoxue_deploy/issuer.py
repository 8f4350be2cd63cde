"""`python -m baoxue_deploy.issuer KEY`: the development issuer as a process."""

import sys
from pathlib import Path

import uvicorn
from baoxue_shared.access.issuer import create_issuer, signing_key

from baoxue_deploy.places import ISSUER, issuer_url, port

if __name__ == "__main__":
    api = create_issuer(signing_key(Path(sys.argv[1])), issuer_url())
    uvicorn.run(api, host="127.0.0.1", port=port(ISSUER), log_level="warning")
