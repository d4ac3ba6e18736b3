# One image for each service: --build-arg SERVICE=scorer. deploy/k8s/README.md shows the whole command.
#
# PYTHON_IMAGE is Python 3.11 on Debian (slim), named by its digest, such as
# python:3.11-slim@sha256:...; there is no default, for a tag may point elsewhere tomorrow.
ARG PYTHON_IMAGE
ARG SERVICE

# What the service needs from elsewhere, each file checked against the hash in its own lock. The lock
# is whole, so nothing else is looked for: asked for a dependency with an extra, pip would take its
# newest release, which no lock knows.
FROM ${PYTHON_IMAGE} AS dependencies
ARG SERVICE
COPY deploy/requirements/${SERVICE}.lock /requirements.lock
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --only-binary :all: --no-deps --require-hashes \
    -r /requirements.lock \
 && /opt/venv/bin/pip check \
 && /opt/venv/bin/pip uninstall --yes pip setuptools

# What every service runs on. The code stays source: nothing is built, nothing else is fetched.
FROM ${PYTHON_IMAGE} AS common
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app/src \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=dependencies /opt/venv/ /opt/venv/
COPY libs/events/src/ src/

# A stage for each service, with what is its own; only the one that SERVICE names is built.
FROM common AS service-api
COPY libs/servicekit/src/ src/
COPY libs/domain/src/ src/
COPY libs/schedules/src/ src/
COPY services/api/src/ src/
COPY frontend/ frontend/
CMD ["python", "-m", "api"]

FROM common AS service-cache-warmer
COPY libs/servicekit/src/ src/
COPY services/cache-warmer/src/ src/
CMD ["python", "-m", "cache_warmer"]

FROM common AS service-ingest-downloads
COPY libs/servicekit/src/ src/
COPY services/ingest-downloads/src/ src/
CMD ["python", "-m", "ingest_downloads"]

FROM common AS service-ingest-github
COPY libs/servicekit/src/ src/
COPY libs/weekplan/src/ src/
COPY services/ingest-github/src/ src/
CMD ["python", "-m", "ingest_github"]

FROM common AS service-operate
COPY libs/weekplan/src/ src/
COPY libs/schedules/src/ src/
COPY libs/operate/src/ src/
CMD ["python", "-m", "operate", "--help"]

FROM common AS service-scorer
COPY libs/servicekit/src/ src/
COPY libs/domain/src/ src/
COPY libs/weekplan/src/ src/
COPY services/scorer/src/ src/
COPY db/ db/
CMD ["python", "-m", "scorer"]

FROM common AS service-security-scan
COPY libs/servicekit/src/ src/
COPY libs/domain/src/ src/
COPY services/security-scan/src/ src/
CMD ["python", "-m", "security_scan"]

# The user has a number and no name, home or shell; the manifests ask for the same one.
# hadolint ignore=DL3006
FROM service-${SERVICE} AS image
# Compiled here, for a container cannot write: each start would compile all anew.
RUN python -m compileall -q src
USER 10001:10001
