# Two stages: build one static binary, then ship it alone. The image has no
# shell, so the health check is a subcommand of the program itself.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ENV CGO_ENABLED=0
RUN go build -trimpath -ldflags="-s -w -buildid=" -o /out/colocate ./cmd/colocate \
 && mkdir -p -m 0700 /out/data

FROM scratch
COPY --from=build /out/colocate /colocate
COPY --from=build /src/LICENSE /LICENSE
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
ENV COLOCATE_DATA=/data COLOCATE_ADDR=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/colocate", "health"]
ENTRYPOINT ["/colocate"]
CMD ["serve"]
