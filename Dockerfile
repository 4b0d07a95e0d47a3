# The reference server, as nobody, on port 8000. Data is kept in /data, or wherever --database says;
# nothing else is written: the container may run with a read-only root file system.
#
#   docker build -t fourfold . && docker run -p 8000:8000 -e FOURFOLD_CONTROL_TOKEN=... fourfold
#
# The APIs can be reached from outside the container; the control plane only from within.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/srv

WORKDIR /srv
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY generator/ generator/
COPY reference/ reference/
COPY generated/ generated/
RUN python -m compileall -q generator reference generated \
 && install -d -o nobody -g nogroup /data

USER nobody
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python", "-m", "reference.health_check", "http://127.0.0.1:8000"]
ENTRYPOINT ["python", "-m", "generator", "serve", "--host", "0.0.0.0", "--port", "8000"]
CMD ["--database", "sqlite:////data/fourfold.db"]
