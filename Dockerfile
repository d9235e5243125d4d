# Built where the toolchain is, run where nothing is but what the binary loads.
FROM swift:6.3-bookworm AS build
WORKDIR /linehaul
# First what seldom changes: the packages that the build needs, which `make build` would install by itself.
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
COPY .ci .ci
RUN .ci/prepare
COPY Makefile Package.swift ./
COPY Sources Sources
COPY Jobs Jobs
COPY Tests Tests
COPY docs docs
RUN make build
# The parts of Swift's own runtime that the binary loads.
RUN mkdir -p /runtime/usr/lib/swift/linux \
    && ldd .build/release/linehaul | awk '$3 ~ /\/swift\/linux\// { print $3 }' | xargs -I{} cp -L {} /runtime/usr/lib/swift/linux/ \
    && install -D -m 755 .build/release/linehaul /runtime/usr/local/bin/linehaul

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates tzdata \
        libcjose0 libcurl4 librdkafka1 librocksdb7.8 libsimdjson14 libssl3 libxxhash0 libyaml-0-2 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /linehaul --shell /usr/sbin/nologin linehaul \
    && install -d -o linehaul -g linehaul /linehaul /var/lib/linehaul
COPY --from=build /runtime/ /
COPY topology /linehaul/topology
WORKDIR /linehaul
USER linehaul
ENV LINEHAUL_DATA=/var/lib/linehaul LINEHAUL_LISTEN=0.0.0.0:8080
VOLUME /var/lib/linehaul
EXPOSE 8080
STOPSIGNAL SIGTERM
# Whether the process is there; whether its log is, says /health/ready.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["linehaul", "health", "--live"]
ENTRYPOINT ["linehaul"]
CMD ["run"]
