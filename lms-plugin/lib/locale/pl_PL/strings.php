<?php

// Older releases of LMS name the language pl.
require __DIR__ . '/../pl/strings.php';
