# The engine in a container. Images are named by exact versions; set NODE_IMAGE to a digest of yours (node:…@sha256:…) for builds that must repeat.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /opt/parallax
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE}
# Its user has no home: claims of accounts lie on the volume.
ENV NODE_ENV=production XDG_STATE_HOME=/data/state
WORKDIR /opt/parallax
COPY --from=build /opt/parallax/node_modules ./node_modules
COPY --from=build /opt/parallax/package.json ./
COPY --from=build /opt/parallax/out/renderer ./out/renderer
COPY --from=build /opt/parallax/src-engine ./src-engine
COPY --from=build --chmod=0755 /opt/parallax/resources/docker/entry.sh ./entry.sh
RUN mkdir -m 0700 /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# The process lives. Never /readyz: a venue that is down must not restart an engine that trades at another.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4777/healthz').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["/opt/parallax/entry.sh"]
CMD ["serve", "--profile", "paper", "--no-open", "--port", "4777", "--data-dir", "/data", "--token-file", "/run/secrets/parallax-token"]
