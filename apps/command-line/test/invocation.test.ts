import { Command, Option } from 'commander'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readInvocation, variablesUsed, wholeNumber } from '../src/index.ts'
import type { Invocation } from '../src/index.ts'

afterEach(() => vi.unstubAllEnvs())

function read(...commandLine: string[]): Invocation<{ readonly speed: number }> {
  const command = new Command('car').addOption(
    new Option('--speed <number>', 'how fast')
      .env('SPEED')
      .default(50)
      .argParser(wholeNumber(1, 90)),
  )
  return readInvocation(command, commandLine)
}

describe('readInvocation', () => {
  test('takes the flag, else the variable, else the default', () => {
    expect(read()).toEqual({ config: { speed: 50 } })
    vi.stubEnv('SPEED', '60')
    expect(read()).toEqual({ config: { speed: 60 } })
    expect(read('--speed', '70')).toEqual({ config: { speed: 70 } })
  })

  test('gives the help for --help, with exit code 0', () => {
    expect(read('--help')).toEqual({
      text: expect.stringMatching(
        /^Usage: car .*--speed <number>\s+how fast \(default: 50, env:\s+SPEED\)/s,
      ),
      exitCode: 0,
    })
  })

  test.each([
    ['a bad value', ['--speed', '91'], "'91'"],
    ['an unknown flag', ['--color'], '--color'],
    ['a flag without its value', ['--speed'], '--speed'],
    ['an argument', ['fast'], "argument 'fast' is no option; --help lists the options"],
    ['a flag that is nearly right', ['--sped', '1'], "'--sped' (Did you mean --speed?)"],
  ])('names %s in one line, with exit code 2', (_title, commandLine, part) => {
    const invocation = read(...commandLine)
    expect(invocation).toEqual({ text: expect.stringMatching(/^car: [^\n]+\n$/), exitCode: 2 })
    expect(invocation).toHaveProperty('text', expect.stringContaining(part))
  })

  test('advises what to write in place of an argument', () => {
    const command = new Command('car').option('--to <place>', 'where to')
    expect(readInvocation(command, ['home'], (place) => `write --to ${place}`)).toEqual({
      text: "car: the argument 'home' is no option; write --to home\n",
      exitCode: 2,
    })
  })

  test('leaves out a "--" at the beginning, which pnpm passes on', () => {
    expect(read('--', '--speed', '70')).toEqual({ config: { speed: 70 } })
  })

  test('tells which variables were used', () => {
    const command = new Command('car')
      .addOption(new Option('--speed <number>').env('SPEED'))
      .addOption(new Option('--max-speed <number>').env('MAX_SPEED'))
      .addOption(new Option('--color <name>').env('COLOR').default('red'))
    for (const name of ['SPEED', 'MAX_SPEED']) vi.stubEnv(name, '60')
    readInvocation(command, ['--speed', '70'])
    expect(variablesUsed(command)).toEqual({ maxSpeed: 'MAX_SPEED' })
  })

  test('names a variable that has a bad value', () => {
    vi.stubEnv('SPEED', 'fast')
    expect(read()).toEqual({
      text: expect.stringContaining("'fast' from env 'SPEED'"),
      exitCode: 2,
    })
  })

  test('takes a fault of the program for no mistake in its use', () => {
    const command = new Command('car').option('--speed <number>', 'how fast', () => {
      throw new RangeError('a fault')
    })
    expect(() => readInvocation(command, ['--speed', '1'])).toThrow(RangeError)
  })
})

describe('wholeNumber', () => {
  test.each([
    ['1', 1],
    ['90', 90],
    ['007', 7],
  ])('reads %s', (text, value) => {
    expect(wholeNumber(1, 90)(text)).toBe(value)
  })

  test.each(['0', '91', '', ' 1', '1.5', '1e1', '0x5', '-1', 'x'])('refuses "%s"', (text) => {
    expect(() => wholeNumber(1, 90)(text)).toThrow('Expected a whole number from 1 to 90.')
  })
})
