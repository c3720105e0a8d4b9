/** The only script of the demo: reloads the page when what it shows has changed in the database. */
export const liveScript = `
const { pulse, of } = document.body.dataset
async function look() {
  try {
    const answer = await fetch('/pulse' + (of ? '?customer=' + of : ''))
    if (answer.ok && (await answer.text()) !== pulse && !document.querySelector('input:focus, select:focus')) {
      location.reload()
      return
    }
  } catch {}
  setTimeout(look, 1000)
}
if (pulse) setTimeout(look, 1000)
`
