/**
 * Pages of LMS as far as the plugin has to do with them, with the variables that LMS’s templates print, raw where
 * LMS prints them raw.
 */
const finances = (table: string) => `<div class="balance">{$userinfo.balance}{if $userinfo.balance < 0}\
{if isset($custom_content)}{$custom_content}{/if}<a href="?m=finances&amp;f=transferform">druk wpłaty</a>{/if}</div>
${table}
{foreach array_reverse($balancelist.list) as $row}
<tr><td>{$row.comment}</td><td>{foreach $row.customlinks as $link}<a{if isset($link.url)} href="{$link.url}"{/if}></a>\
{if isset($link.extra)}{$link.extra}{/if}{/foreach}</td></tr>
{/foreach}
</table>
`

/** By directory and name. */
export const templates: Record<string, Record<string, string>> = {
  default: { 'finances.html': finances('<table>') },
  bclean: { 'finances.html': finances('<table class="table table-striped">') },
  contrib: {
    'customer.html': `<html><body><h1>Stan konta</h1>\
{if isset($custombalancedata)}{$custombalancedata}{/if}<p>Koniec</p></body></html>
`,
  },
  layout: {
    'layout.html': `<!DOCTYPE html><html><head><title>{block name=title}LMS{/block}</title></head>\
<body><nav>menu of LMS</nav>{block name=module_content}{/block}</body></html>
`,
  },
  'old-layout': {
    'header.html': `<html><head><title>{$layout.pagetitle}</title></head><body><nav>old menu</nav>
`,
    'footer.html': '<footer>old</footer></body></html>\n',
  },
  'no-layout': {},
}
