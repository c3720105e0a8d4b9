# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY contract/package.json contract/
COPY gateway/package.json gateway/
# The lock file names every workspace; the connector itself stays out of the image.
COPY connector/package.json connector/
COPY gateway/bin gateway/bin
ARG workspaces="--include-workspace-root -w contract -w gateway"
RUN npm ci --ignore-scripts $workspaces
COPY tsconfig.base.json ./
COPY scripts scripts
COPY contract contract
COPY gateway gateway
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts $workspaces \
  && rm -rf contract/src gateway/src gateway/testing scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/var/lib/bill-gateway
RUN install -d -o node -g node /var/lib/bill-gateway
WORKDIR /app
COPY --from=build /app .
# The embedded database runs as the same user, which cannot change what root has installed.
RUN node -e "import('/app/gateway/dist/platform/embedded-postgres/binaries.js').then((m) => m.findBinaries())"
USER node
EXPOSE 8080
VOLUME /var/lib/bill-gateway
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "gateway/bin/bill-gateway.js"]
CMD ["serve"]
