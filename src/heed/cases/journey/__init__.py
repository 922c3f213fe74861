"""The child's journey as imports bring it: referral, assessment, enquiry, plan, care, missing."""
