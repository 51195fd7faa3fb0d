/** What Headers should do, in the plainest way: a Map from name to values, and beside it the order of lines. */
export class ModelHeaders {
  readonly #values = new Map<string, string[]>()
  #order: string[] = []

  append(name: string, value: string): void {
    this.#order.push(name)
    this.#values.set(name.toLowerCase(), [...this.getAll(name), value])
  }

  set(name: string, value: string): void {
    const place = this.#order.findIndex((other) => same(other, name))
    if (place === -1) this.append(name, value)
    else {
      this.#order = this.#order.filter((other, index) => index === place || !same(other, name))
      this.#order[place] = name
      this.#values.set(name.toLowerCase(), [value])
    }
  }

  delete(name: string): boolean {
    this.#order = this.#order.filter((other) => !same(other, name))
    return this.#values.delete(name.toLowerCase())
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.join(', ')
  }

  getAll(name: string): string[] {
    return this.#values.get(name.toLowerCase()) ?? []
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  lines(): [name: string, value: string][] {
    const taken = new Map<string, number>()
    return this.#order.map((name) => {
      const place = taken.get(name.toLowerCase()) ?? 0
      taken.set(name.toLowerCase(), place + 1)
      return [name, this.getAll(name)[place]]
    })
  }
}

function same(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase()
}
