# One image for every process; docker-compose.yml names the program of each.
FROM oven/bun:1.4.5-slim AS base
WORKDIR /app

# Only what decides which packages are installed, so that a change of code installs nothing again.
FROM base AS manifests
COPY . /source
RUN mkdir /manifests && cd /source \
  && find . \( -name package.json -o -path './patches/*' \) -not -path '*/node_modules/*' -print0 > /tmp/files \
  && printf '%s\0' ./bun.lock ./bunfig.toml >> /tmp/files \
  && tar --null --files-from=/tmp/files -cf - | tar -xf - -C /manifests

FROM base AS web
COPY --from=manifests /manifests ./
RUN bun install --frozen-lockfile
COPY . .
RUN cd web && bun --bun run build

# Without tools and tests, and without the embedded Postgres, which containers do not use.
FROM base AS packages
COPY --from=manifests /manifests ./
RUN bun install --frozen-lockfile --production --omit=optional

FROM base AS quillworks
ENV NODE_ENV=production \
  QUILLWORKS_HOST=0.0.0.0 \
  QUILLWORKS_SERVICE_HOST=0.0.0.0 \
  QUILLWORKS_SERVICE_PORT=8080
COPY --from=packages /app ./
COPY . .
COPY --from=web /app/web/build web/build
# What one container writes for another lies below /setup, in volumes that take these folders' owner.
RUN printf '#!/bin/sh\nexec bun /app/cli/src/main.ts "$@"\n' > /usr/local/bin/quillworks \
  && chmod 755 /usr/local/bin/quillworks \
  && mkdir -p /setup/nats /setup/postgres && chown -R bun:bun /setup
USER bun
EXPOSE 4000 8080
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
  CMD ["bun", "-e", "process.exit((await fetch('http://127.0.0.1:8080/readyz')).ok ? 0 : 1)"]
CMD ["quillworks", "--help"]
