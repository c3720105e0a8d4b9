<?php

BillGatewayPage::serve('billtechstate');
