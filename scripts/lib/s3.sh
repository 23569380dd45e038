# A throw-away S3 server with the bucket "lake": MinIO where it is installed, else moto (PyPI). Sourced, not run; needs
# common.sh and $python.

# s3_start FOLDER: sets S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and s3_pid.
s3_start() {
  local port; port=$(free_port)
  mkdir -p "$1"
  export S3_ENDPOINT=http://127.0.0.1:$port S3_ACCESS_KEY=quickstart S3_SECRET_KEY=quickstart-secret
  if command -v minio >/dev/null 2>&1; then
    MINIO_ROOT_USER=$S3_ACCESS_KEY MINIO_ROOT_PASSWORD=$S3_SECRET_KEY \
      minio server --quiet --address "127.0.0.1:$port" "$1/data" >"$1/log" 2>&1 &
  else
    "$python" -m moto.server -H 127.0.0.1 -p "$port" >"$1/log" 2>&1 &
  fi
  s3_pid=$!
  "$python" "$repo/scripts/lib/show_objects.py" --make-bucket || { cat "$1/log" >&2; die "the S3 server does not come up"; }
}
