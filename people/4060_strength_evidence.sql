-- What shows a strength, beside the words (PRACTICE 14: their words, evidence, who saw it).
alter table strength add column evidence BLOB;
