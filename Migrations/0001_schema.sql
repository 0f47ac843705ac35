create schema if not exists cairn;
