# flagday in a container. The index and its reports lie in /work, which is to be mounted:
#   docker build -t flagday . && docker run --rm -v "$PWD:/work" -u "$(id -u):$(id -g)" flagday run .
# A container sees its own processes alone: where builders run on the host, add --pid=host.
FROM python:3.11-slim-bookworm AS wheel
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheel .

FROM python:3.11-slim-bookworm
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git universal-ctags \
    && rm -rf /var/lib/apt/lists/*
COPY --from=wheel /wheel /wheel
RUN python -m pip install --no-cache-dir /wheel/*.whl && rm -r /wheel \
    && git config --system --add safe.directory '*' \
    && useradd --uid 1000 --create-home flagday
USER 1000
ENV HOME=/tmp
WORKDIR /work
ENTRYPOINT ["flagday"]
CMD ["--help"]
