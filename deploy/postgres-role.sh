#!/bin/sh
# An ordinary role that owns its database: the image's own role is a superuser, which row-level security does not bind.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$CAMPANA_PASSWORD" --username postgres <<'SQL'
CREATE ROLE campana LOGIN PASSWORD :'password' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE campana OWNER campana ENCODING 'UTF8' TEMPLATE template0;
SQL
