# The pack in an image of Kong that you have already, with plugins and settings of its own:
#
#   docker build --file docker/custom.Dockerfile --build-arg KONG_IMAGE=registry.example/our-kong:7 --tag our-kong-modi .
#
# Nothing of the folder is sent but this file: everything comes out of the image that docker/Dockerfile makes.
ARG MODI_IMAGE=kong-modi:0.1.0
ARG KONG_IMAGE=kong:3.9

FROM ${MODI_IMAGE} AS modi

FROM ${KONG_IMAGE}
USER root
COPY --from=modi /usr/local/bin/node /usr/local/bin/node
COPY --from=modi /opt/modi /opt/modi
# A kong.conf that is there keeps its lines, and gets ours; where it sets another prefix, give that one here.
ENV KONG_PREFIX=/run/kong
RUN ln -s /opt/modi/dist/cli/main.js /usr/local/bin/modi \
  && ln -s /opt/modi/dist/runtime/main.js /usr/local/bin/modi-pluginserver \
  && install -d -o kong -g 0 -m 0770 /etc/kong/modi /run/kong \
  && modi install --write --kong-conf /etc/kong/kong.conf --prefix /run/kong --home /etc/kong/modi
USER kong
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/bin/sh", "-c", "kong health > /dev/null && exec modi-pluginserver --ping --socket /run/kong/modi.sock"]
