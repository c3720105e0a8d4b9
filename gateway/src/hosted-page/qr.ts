import QRCode from 'qrcode'

/** A QR code as a page draws it: a path of unit squares in a square of `size`, its quiet zone in it. */
export interface Qr {
  size: number
  path: string
}

/** Level M, as invoices and the euro guideline have it, and four modules of quiet around. */
const level = 'M'
const quiet = 4
const pixelsPerModule = 8

export function drawQr(text: string): Qr {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: level })
  let path = ''
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      let length = 0
      while (column + length < modules.size && modules.get(row, column + length)) length++
      if (length === 0) continue
      path += `M${column + quiet} ${row + quiet}h${length}v1h-${length}z`
      column += length
    }
  }
  return { size: modules.size + 2 * quiet, path }
}

/** The same as a picture, to be handed to a banking app. */
export function qrPicture(text: string): Promise<Buffer> {
  return QRCode.toBuffer(text, { errorCorrectionLevel: level, margin: quiet, scale: pixelsPerModule })
}
