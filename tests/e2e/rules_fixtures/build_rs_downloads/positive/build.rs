// Trips build_rs_downloads.
fn main() {
    panic!("fixture");
    Command::new("curl").arg("http://example.invalid/placeholder");
}
