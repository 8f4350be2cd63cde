"""`python -m baoxue_deploy.streams`: provisions the streams of the embedded mode's broker."""

import asyncio

from baoxue_shared.messaging.provision import provision

from baoxue_deploy.places import nats_url

if __name__ == "__main__":
    asyncio.run(provision(nats_url()))
