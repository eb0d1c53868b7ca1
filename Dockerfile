# syntax=docker/dockerfile:1
# The application and the service are two commands of one image: see docs/deploy.md.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/inkdigits
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/inkdigits/bin/pip install -c constraints.txt '.[app,heic,oidc,postgres,service]'

FROM python:3.13-slim
RUN useradd --uid 1000 --create-home --home-dir /app ink && install -d -o ink -g ink -m 700 /data
COPY --from=build /opt/inkdigits /opt/inkdigits
COPY deploy/healthy.py /opt/inkdigits/healthy.py
# Nothing is written but to /data and /tmp, so the root file system may be read-only.
ENV PATH=/opt/inkdigits/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    INKDIGITS_HOME=/data
WORKDIR /app
USER 1000:1000
VOLUME /data
EXPOSE 8501 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "/opt/inkdigits/healthy.py"]
ENTRYPOINT ["inkdigits"]
CMD ["app", "--host", "0.0.0.0", "--headless"]
