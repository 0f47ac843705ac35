# One image for every part of Cairn: which program runs is the container's command.
#   docker build -t cairn .

FROM swift:6.3 AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Plugins Plugins
COPY Migrations Migrations
COPY Sources Sources
# The manifest names targets below Tests, and the API's document becomes part of the server.
COPY Tests Tests
COPY docs/openapi.json docs/openapi.json
RUN swift build -c release \
 && mkdir /out \
 && cd .build/release && cp cairn cairn-server cairn-worker example-shop /out/

FROM swift:6.3-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates curl git libcurl4 libpq5 postgresql-client python3 tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --create-home --home-dir /cairn --shell /usr/sbin/nologin cairn \
 && install -d -o cairn -g cairn /cairn/.cairn \
 # The one place where a repository of another user is mounted to be reported on.
 && git config --system --add safe.directory /repository
COPY --from=build /out/ /usr/local/bin/
COPY Templates /cairn/Templates
WORKDIR /cairn
USER cairn
# tini hands signals on and reaps what cairn.process leaves behind.
ENTRYPOINT ["tini", "--"]
CMD ["cairn", "help"]
