// Must trip nothing, close as it is to build_rs_downloads.
use std::process::Command;
fn main() {
    Command::new("git").args(["rev-parse", "HEAD"]).output().ok();
    println!("cargo:rerun-if-changed=build.rs");
}
