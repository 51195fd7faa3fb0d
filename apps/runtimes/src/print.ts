// The program that a runtime with a command line is given.
import { perform } from './perform.ts'

console.log(JSON.stringify(await perform()))
