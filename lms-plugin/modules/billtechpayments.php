<?php

BillGatewayPage::serve('billtechpayments');
