-- What a person found out and decided when the review was closed. Without names.
alter table review add column note text check (char_length(note) between 1 and 500);
