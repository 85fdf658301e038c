//! What is done about mail that is out: corrections, holds, kills; told to exactly those who hold a copy.

pub mod correct;
pub mod withdraw;
