# Assay in a container. Build: docker build -t assay .   Run, for example:
#   docker run -p 19092-19099:19092-19099 -p 127.0.0.1:8080:8080 -v assay:/var/lib/assay -v ./rules:/etc/assay/rules:ro \
#     -v ./token:/run/secrets/assay-token:ro assay serve --upstream broker:9092 --listen 0.0.0.0:19092 \
#     --advertise my-host --rules /etc/assay/rules --http 0.0.0.0:8080 --http-token-file /run/secrets/assay-token

FROM debian:12-slim AS build
WORKDIR /src
# What changes seldom comes first, so that a change of sources does not install everything again.
COPY scripts/install-deps scripts/install-deps
RUN apt-get update && scripts/install-deps build
COPY . .
RUN cmake --preset release && ninja -C build/release assay && strip build/release/assay
# The shared libraries that the command needs, as the packages that own them: what the next stage installs. usrmerge
# lets one file have two names, of which dpkg knows one.
RUN ldd build/release/assay | awk '$3 ~ /^\// { print $3 }' | sort -u | while read -r file; do \
      dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "/usr$file" 2>/dev/null || dpkg-query -S "${file#/usr}"; \
    done | cut -d: -f1 | sort -u > build/runtime-packages

FROM debian:12-slim
COPY --from=build /src/build/runtime-packages /tmp/runtime-packages
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends ca-certificates curl \
       < /tmp/runtime-packages \
    && rm -rf /var/lib/apt/lists/* /tmp/runtime-packages \
    && useradd --uid 10001 --no-create-home --home-dir /var/lib/assay --shell /usr/sbin/nologin assay \
    && install -d -o assay -g assay -m 0750 /var/lib/assay
COPY --from=build /src/build/release/assay /usr/local/bin/assay
USER assay
WORKDIR /var/lib/assay
VOLUME /var/lib/assay
# Kafka (19092 first, then one port for each broker: 19093 + node id), HTTP, schema registry.
EXPOSE 19092-19099 8080 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD curl -fsS -o /dev/null http://127.0.0.1:8080/healthz
ENTRYPOINT ["assay"]
CMD ["serve", "--config", "/etc/assay/assay.json", "--data-dir", "/var/lib/assay"]
