import {
  Body,
  Column,
  Container,
  Head,
  Heading,
  Hr,
  Html,
  Preview,
  Row,
  Section,
  Text,
} from '@react-email/components'
import { render, toPlainText } from '@react-email/render'
import type { Language, Provider } from '../../provider/index.ts'
import type { MailData, Template } from '../mail.ts'
import { speechOf } from '../speech.ts'
import { type MailModel, mailModel } from './model.ts'

export interface DrawnMail {
  subject: string
  html: string
  text: string
}

/** A mail as HTML and as plain text. It loads nothing from anywhere: opening it tells nobody. */
export async function drawMail<Name extends Template>(
  provider: Provider,
  language: Language,
  template: Name,
  data: MailData[Name],
): Promise<DrawnMail> {
  const model = mailModel(speechOf(language), provider, template, data)
  const html = await render(<Mail provider={provider} language={language} model={model} />)
  return { subject: model.subject, html, text: toPlainText(html) }
}

const plainColour = '#1f4e8c'
const font = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
const styles = {
  body: { backgroundColor: '#f4f6f9', color: '#1b2027', fontFamily: font, margin: '0', padding: '16px 8px' },
  card: { backgroundColor: '#ffffff', borderRadius: '8px', maxWidth: '560px', padding: '24px' },
  title: { fontSize: '22px', lineHeight: '28px', margin: '0 0 12px' },
  text: { fontSize: '16px', lineHeight: '24px', margin: '0 0 12px' },
  name: { color: '#4a5363', fontSize: '14px', lineHeight: '20px', padding: '6px 12px 6px 0' },
  value: { fontSize: '16px', lineHeight: '20px', padding: '6px 0', textAlign: 'right' },
  small: { color: '#4a5363', fontSize: '13px', lineHeight: '20px', margin: '0' },
} as const

function Mail({ provider, language, model }: { provider: Provider; language: Language; model: MailModel }) {
  const card = { ...styles.card, borderTop: `4px solid ${provider.color ?? plainColour}` }
  return (
    <Html lang={language}>
      <Head>
        <title>{model.subject}</title>
      </Head>
      <Preview>{model.paragraphs.at(-1) ?? model.title}</Preview>
      <Body style={styles.body}>
        <Container style={card}>
          <Text style={styles.small}>{provider.name}</Text>
          <Heading as="h1" style={styles.title}>
            {model.title}
          </Heading>
          {model.paragraphs.map((paragraph) => (
            <Text key={paragraph} style={styles.text}>
              {paragraph}
            </Text>
          ))}
          <Rows rows={model.rows} />
          {model.remarks.map((remark) => (
            <Text key={remark} style={styles.text}>
              {remark}
            </Text>
          ))}
          <Hr />
          {model.footer.map((line) => (
            <Text key={line} style={styles.small}>
              {line}
            </Text>
          ))}
        </Container>
      </Body>
    </Html>
  )
}

function Rows({ rows }: Pick<MailModel, 'rows'>) {
  return (
    <Section>
      {rows.map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows never move, and two bills may be called alike
        <Row key={index}>
          <Column style={styles.name}>{name}</Column>
          <Column style={styles.value}>{value}</Column>
        </Row>
      ))}
    </Section>
  )
}
