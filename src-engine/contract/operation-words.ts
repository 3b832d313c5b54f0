/** The names of operations as people read them. */

/** `take opportunity` of `takeOpportunity`; what is no such name stays. */
export function operationWords(name: string): string {
  return /^[a-z]+(?:[A-Z][a-z0-9]*)+$/.test(name)
    ? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : name;
}
