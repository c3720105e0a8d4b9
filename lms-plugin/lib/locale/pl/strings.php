<?php

$_LANG['BillTech payments'] = 'Płatności BillTech';
$_LANG['Payments made online and their settlement'] = 'Wpłaty online i ich rozliczanie';
$_LANG['BillTech'] = 'BillTech';
$_LANG['Settings of the connector of Bill Gateway'] = 'Ustawienia konektora Bill Gateway';
$_LANG['BillTech: state'] = 'BillTech: stan';
$_LANG['What the connector of Bill Gateway does and misses'] = 'Co robi i czego nie może zrobić konektor Bill Gateway';
$_LANG['BillTech payments: see'] = 'Płatności BillTech: przeglądanie';
$_LANG['BillTech payments: see, settle and reopen'] = 'Płatności BillTech: przeglądanie, rozliczanie i cofanie rozliczeń';
$_LANG['BillTech: settings'] = 'BillTech: ustawienia';
$_LANG['The connector of Bill Gateway does not answer.'] = 'Konektor Bill Gateway nie odpowiada.';
