rule x {condition: true}
