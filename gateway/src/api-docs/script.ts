/**
 * All the script that the pages have, and they work without it: a button that copies each example, and the
 * place in the contents that goes along with the reader.
 */
export const script = `'use strict'
for (const figure of document.querySelectorAll('figure')) {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Copy'
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(figure.querySelector('pre').textContent)
    button.textContent = 'Copied'
    setTimeout(() => { button.textContent = 'Copy' }, 2000)
  })
  if (navigator.clipboard) figure.querySelector('figcaption').append(button)
}
const links = new Map([...document.querySelectorAll('.side a')].map((a) => [a.hash.slice(1), a]))
let current
const mark = (link) => {
  if (link === current) return
  current?.removeAttribute('aria-current')
  current = link
  link.setAttribute('aria-current', 'true')
  const box = link.closest('.side')
  const top = link.offsetTop - box.scrollTop
  if (top < 40 || top > box.clientHeight - 60) box.scrollTop = link.offsetTop - box.clientHeight / 2
}
const sections = [...document.querySelectorAll('main section')].filter((section) => links.has(section.id))
const follow = () => {
  const passed = sections.filter((section) => section.getBoundingClientRect().top < 140)
  const section = passed[passed.length - 1] || sections[0]
  if (section) mark(links.get(section.id))
}
let asked
addEventListener('scroll', () => {
  if (asked) return
  asked = requestAnimationFrame(() => { asked = 0; follow() })
}, { passive: true })
follow()
const contents = document.querySelector('.contents')
contents.addEventListener('click', (event) => { if (event.target.closest('a')) contents.open = false })
`
