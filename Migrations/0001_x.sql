create schema cairn;
