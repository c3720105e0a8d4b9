<?php

BillGatewayPage::serve('billtechconfig');
