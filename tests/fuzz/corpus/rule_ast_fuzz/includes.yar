include "1"
rule a { condition: b or c }
include "2"
rule b { condition: true }
import "elf" rule c { condition: ((((not not not true)))) }
