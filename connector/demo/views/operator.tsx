import { Raw } from './layout.tsx'

/** LMS's layout around a page of the connector. */
export function Operator({ html }: { html: string }) {
  return (
    <div className="lms" lang="pl">
      <aside>
        <b>Finanse</b>
        <a href="?m=billtechpayments">Płatności BillTech</a>
        <b>Konfiguracja</b>
        <a href="?m=billtechconfig">BillTech</a>
        <a href="?m=billtechstate">BillTech — stan</a>
      </aside>
      <Raw html={html} />
    </div>
  )
}
